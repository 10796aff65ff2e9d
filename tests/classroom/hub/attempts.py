"""What a student must not be able to do on a hub, tried."""

import re
import ssl
import urllib.error
import urllib.request

from tests.classroom.hub.guide import can, run_as
from tests.classroom.hub.machine import sh
from tests.classroom.hub.student import Student

CHAPTER = "01_feedforward_backprop"


def ask(url: str, token: str = "", method: str = "GET") -> int:
    """Return the status with which a server answers."""
    trust = ssl.create_default_context(cafile="/etc/jupyterhub/hub.crt")
    headers = {"Authorization": f"token {token}"} if token else {}
    request = urllib.request.Request(url, method=method, headers=headers)
    try:
        return urllib.request.urlopen(request, context=trust, timeout=20).status
    except urllib.error.HTTPError as error:
        return error.code


def disk_of_others() -> dict[str, tuple[bool, bool]]:
    """Try as cy, and as who may, to use what is not cy's; say who could."""
    course, exchange = "/home/grader/course", "/srv/nbgrader/exchange/ppdl"
    server = sh("pgrep -u ada -f jupyterhub-singleuser").split()[0]
    tries = {
        "list the course": ("grader", f"ls {course}"),
        "read a solution": ("grader", f"cat {course}/solutions/{CHAPTER}.py"),
        "read the gradebook": ("grader", f"cat {course}/gradebook.db"),
        "write the gradebook": ("grader", f"echo >> {course}/gradebook.db"),
        "read another's answers": ("ada", f"cat /home/ada/{CHAPTER}/{CHAPTER}.ipynb"),
        "list what was handed in": ("grader", f"ls {exchange}/inbound"),
        "change what is handed out": ("grader", f"touch {exchange}/outbound/{CHAPTER}"),
        "list the feedback": ("grader", f"ls {exchange}/feedback"),
        "replace the exchange": ("root", f"mv {exchange} {exchange}.old"),
        "read the key": ("root", "cat /etc/jupyterhub/hub.key"),
        "read the hub's database": ("root", "cat /var/lib/jupyterhub/*.sqlite"),
        "read the hub's secret": ("root", "cat /var/lib/jupyterhub/*secret*"),
        "change the course for all": ("root", "touch /opt/ppdl/nbgrader_config.py"),
        "read another's token": ("ada", f"cat /proc/{server}/environ"),
        "stop another's server": ("ada", f"kill -0 {server}"),
        "reach another's kernel": ("ada", "ls /home/ada/.local/share/jupyter/runtime"),
    }
    could = {}
    for what, (owner, command) in tries.items():
        could[what] = (can("cy", command), owner == "root" or can(owner, command))
    return could


def hub_of_others(cy: Student, ada: Student, prof: Student) -> dict[str, int]:
    """Try as cy, logged in and with a token of their own, what is not theirs.

    The servers of ada and of the course account run meanwhile: ada and prof use them.
    """
    formgrader, contents = "/user/grader/formgrader", "/user/grader/api/contents"
    found = {
        "ada: own server": ada.status("/user/ada/api/contents"),
        "ada: Formgrader in it": ada.status("/user/ada/formgrader"),
        "prof: Formgrader": prof.status(formgrader),
        "prof: a student's server": prof.status("/user/ada/api/contents"),
        "cy: Formgrader": cy.status(formgrader),
        "cy: the course account's files": cy.status(contents),
        "cy: another's server": cy.status("/user/ada/lab"),
        "cy: start the course account's server": cy.status("/hub/spawn/grader"),
        "cy: administration": cy.status("/hub/admin"),
    }
    token, api = cy.make_token(), "/hub/api"
    for what, path, method in (
        ("own account", f"{api}/users/cy", "GET"),
        ("who else", f"{api}/users", "GET"),
        ("another", f"{api}/users/ada", "GET"),
        ("another's tokens", f"{api}/users/ada/tokens", "GET"),
        ("start another's server", f"{api}/users/bob/server", "POST"),
        ("stop another's server", f"{api}/users/ada/server", "DELETE"),
        ("use another's server", "/user/ada/api/contents", "GET"),
        ("use the course account's", contents, "GET"),
        ("a second server", f"{api}/users/cy/servers/two", "POST"),
        ("groups", f"{api}/groups", "GET"),
        ("the proxy", f"{api}/proxy", "GET"),
    ):
        found[f"token: {what}"] = ask(cy.url(path), token, method)
    found["loopback: the proxy"] = ask("http://127.0.0.1:8001/api/routes", token)
    port = re.search(r'"port": (\d+)', sh("cat ~ada/.local/share/jupyter/runtime/jp*n"))
    direct = f"http://127.0.0.1:{port[1]}/user/ada/api/contents"
    found["loopback: another's server"] = ask(direct, token)
    return found


def forge() -> None:
    """As cy, hand in in bob's name, and hand in a link to the solution."""
    solution = f"/home/grader/course/solutions/{CHAPTER}/{CHAPTER}.ipynb"
    stamp = "$(date --utc '+%F %T.%6N UTC')"
    run_as(
        "cy",
        f"""cd /srv/nbgrader/exchange/ppdl/inbound
        forged="bob+{CHAPTER}+{stamp}+x" link="cy+{CHAPTER}+{stamp}+x"
        mkdir "$forged" "$link"
        cp ../outbound/{CHAPTER}/*.ipynb "$forged"
        ln -s {solution} "$link/{CHAPTER}.ipynb"
        chmod -R a+rX "$forged" "$link" """,
    )
