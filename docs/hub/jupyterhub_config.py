"""JupyterHub for one class on one Linux server: docs/hub.md goes through it.

Students and instructors log in with the accounts of the machine. The course belongs to
an account nobody logs in to; its server, with Formgrader, is open to the instructors.
"""

import grp
import os
import pwd

c = get_config()  # noqa: F821

HOST = "hub.example.org"  # and *.hub.example.org: names of this machine
COURSE = "/opt/ppdl"  # what everybody may read
GRADER = "grader"  # the account that owns the course's answers and gradebook
STUDENTS, INSTRUCTORS = "ppdl-students", "ppdl-instructors"  # Unix groups
PER_PROCESS = 6 * 2**30  # bytes of memory that one process of a student may have
PROCESSES = 512  # how many processes and threads a student may have
THREADS = 2  # with how many threads numpy and torch compute
IDLE = 3600  # seconds after which an unused kernel ends, and then its server

os.umask(0o077)  # for the hub and all servers: what they write is their owner's alone

# HTTPS only, and a name of its own for each server: the browser then keeps a page that
# one student's server sends away from everybody else's cookies.
c.JupyterHub.bind_url = "https://0.0.0.0:443"
c.JupyterHub.ssl_cert = "/etc/jupyterhub/hub.crt"
c.JupyterHub.ssl_key = "/etc/jupyterhub/hub.key"
c.JupyterHub.subdomain_host = f"https://{HOST}"
c.ConfigurableHTTPProxy.command = "/opt/hub/node_modules/.bin/configurable-http-proxy"

# Who may log in: the two groups of the machine, by PAM. Nobody is an administrator.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {STUDENTS, INSTRUCTORS}
c.PAMAuthenticator.admin_users = set()
c.PAMAuthenticator.manage_groups = True
c.JupyterHub.cookie_max_age_days = 1


def add_groups(authenticator, handler, login):
    """Take the hub's groups from the machine's, again at each login."""
    name = login["name"]
    theirs = os.getgrouplist(name, pwd.getpwnam(name).pw_gid)
    ours = (grp.getgrnam(group) for group in (STUDENTS, INSTRUCTORS))
    login["groups"] = [group.gr_name for group in ours if group.gr_gid in theirs]
    return login


c.PAMAuthenticator.post_auth_hook = add_groups
# Instructors may start and use the course account's server. Everybody else has only
# their own, which is JupyterHub's default.
scopes = ("access:servers", "servers", "read:users:name")
c.JupyterHub.load_roles = [
    {
        "name": "instructor",
        "scopes": [f"{scope}!user={GRADER}" for scope in scopes],
        "users": [],
        "groups": [INSTRUCTORS],
    },
    {"name": "user", "scopes": ["self"], "users": [GRADER]},
]
c.JupyterHub.allow_named_servers = False

# Servers run as their users (this is why the hub runs as root), with these limits.
c.JupyterHub.spawner_class = "localprocess"
c.Spawner.cmd = [
    "prlimit",
    *(f"--nproc={PROCESSES}", f"--data={PER_PROCESS}", "--core=0", "--"),
    f"{COURSE}/.venv/bin/jupyterhub-singleuser",
]
c.Spawner.environment = {
    "PATH": f"{COURSE}/.venv/bin:/usr/local/bin:/usr/bin:/bin",
    "OMP_NUM_THREADS": str(THREADS),
    "OPENBLAS_NUM_THREADS": str(THREADS),
}
c.Spawner.start_timeout = c.Spawner.http_timeout = 120  # when all log in at once
c.Spawner.args = [
    "--KernelManager.transport=ipc",  # over TCP, any user could read kernels' outputs
    f"--MappingKernelManager.cull_idle_timeout={IDLE}",
    f"--ServerApp.shutdown_no_activity_timeout={IDLE}",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]


def hide_formgrader(spawner):
    """Load nbgrader's instructor pages in the course account's server only.

    What keeps students from the gradebook is the machine's file permissions.
    """
    if spawner.user.name != GRADER:
        pages = ("formgrader", "course_list")
        off = {f"nbgrader.server_extensions.{page}": False for page in pages}
        spawner.args = [*spawner.args, f"--ServerApp.jpserver_extensions={off}"]
        menus = {"JUPYTER_CONFIG_PATH": "/etc/jupyterhub/students"}
        spawner.environment = {**spawner.environment, **menus}


c.Spawner.pre_spawn_hook = hide_formgrader
