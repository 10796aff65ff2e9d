"""What a person does with a hub in a browser."""

from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser import notebook_page as notebook


class Student:
    """One person, one browser of their own, logged in to a hub."""

    def __init__(self, browser, host: str, name: str, password: str, artefacts: Path):
        self.host, self.name, self.password = host, name, password
        self.artefacts = artefacts
        context = browser.new_context(
            ignore_https_errors=True, viewport={"width": 1280, "height": 900}
        )
        self.page = context.new_page()
        self.page.set_default_timeout(60_000)

    def url(self, path: str) -> str:
        """Return the address of a path; each user's server has a name of its own."""
        server = path.removeprefix("/user/").split("/")[0] + "."
        return f"https://{server if path.startswith('/user/') else ''}{self.host}{path}"

    def look(self, name: str) -> None:
        """Keep a picture of what is seen."""
        self.page.screenshot(path=self.artefacts / f"{name}.png")

    def see(self, url: str, name: str) -> None:
        """Go to a page and keep a picture of it."""
        self.page.goto(url)
        self.look(name)

    def log_in(self, path: str) -> None:
        """Log in by the hub's form, on the way to a page."""
        self.page.goto(self.url(f"/hub/login?next={quote(path, safe='')}"))
        self.page.fill("#username_input", self.name)
        self.page.fill("#password_input", self.password)
        self.page.click("#login_submit")
        self.page.wait_for_url(lambda url: "/hub/login" not in url)

    def wait_for_server(self, name: str) -> None:
        """Wait until the hub leads on to a server that is starting.

        If it is not their own, the hub asks whether that server may know who they are.
        """
        if name != self.name:
            self.page.click('button:has-text("Authorize")')
        self.page.wait_for_url(f"**/user/{name}/**")

    def wait_for_lab(self) -> None:
        """Wait until JupyterLab can be used."""
        self.page.wait_for_selector(".jp-Launcher")

    def status(self, path: str) -> int:
        """Return the status with which a page is answered in the end."""
        return self.page.context.request.get(self.url(path)).status

    def choose(self, menu: str, item: str) -> None:
        """Click an item of JupyterLab's menu."""
        self.page.click(f'.lm-MenuBar-item:has-text("{menu}")')
        self.page.click(f'.lm-Menu-item:has-text("{item}")')

    def fetch(self) -> None:
        """Fetch the one chapter there is from nbgrader's list."""
        self.choose("Nbgrader", "Assignment List")
        self.look("hub_menu")
        self.page.click('button:text-is("Fetch")')
        self.page.wait_for_selector('button:text-is("Submit")')
        self.look("hub_fetched")

    def open_chapter(self) -> None:
        """Open the fetched chapter by its link in the list."""
        self.page.click(".assignment-notebooks-link")
        self.page.click(".nested_list_item .item_name a")
        self.page.wait_for_selector(notebook.READY)

    def answer(self, exercise: str, answer) -> str:
        """Write an answer, run it and its check, save; return what the check says."""
        cells = self.page.locator(f"{notebook.NOTEBOOK} .jp-CodeCell")
        cell = cells.filter(has_text=f"def {exercise}").first
        cell.locator(".cm-content").click()
        self.choose("Run", "Run All Above")
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(answer.code)
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.press("Shift+Enter")
        check = cells.filter(has_text=f'checking("{exercise}")').first
        said = check.locator(".jp-OutputArea-output").inner_text()
        self.look("hub_checked")
        notebook.save(self.page)
        return said

    def submit(self) -> None:
        """Hand in from nbgrader's list."""
        self.page.click('.lm-TabBar-tab:has-text("Assignments")')
        self.page.click('button:text-is("Submit")')
        self.page.wait_for_selector('button:text-is("Fetch Feedback")')
        self.look("hub_submitted")

    def fetch_feedback(self) -> str:
        """Fetch the feedback from nbgrader's list, open it; return what it says."""
        self.page.click('button:text-is("Fetch Feedback")')
        self.page.click('a:has-text("view feedback")')
        self.page.dblclick('.jp-DirListing-item[title*=".html"]')
        shown = self.page.frame_locator(".jp-HTMLViewer iframe").locator("body")
        shown.wait_for()
        self.look("hub_feedback")
        return shown.inner_text()

    def make_token(self) -> str:
        """Ask the hub's page for a token; return it."""
        page = self.page.context.new_page()
        page.goto(self.url("/hub/token"))
        shown = page.locator("#token-result")
        while not shown.is_visible():  # a click before the page's script came is lost
            page.click('button:has-text("Request new API token")')
            with suppress(PlaywrightTimeout):
                shown.wait_for(timeout=5_000)
        token = shown.inner_text()
        page.close()
        return token

    def fetch_from_another_name(self, url: str) -> str:
        """Return what a program on a page of the own server gets from another name."""
        program = """url => fetch(url, {credentials: 'include'})
            .then(answer => answer.text()).catch(error => String(error))"""
        return self.page.evaluate(program, url)

    def see_formgrader(self, chapter: str) -> str:
        """Open Formgrader in the course account's server; return its page of scores."""
        pages = "/user/grader/formgrader/manage_submissions"
        self.page.goto(self.url(f"{pages}/{chapter}"))
        self.page.wait_for_selector('td:has-text("bob")')
        self.look("hub_formgrader")
        return self.page.inner_text("table")

    def open_submission(
        self, student: str, chapter: str, attack: str
    ) -> dict[str, bool]:
        """Open a student's work in Formgrader; tell whether their text acts there.

        ``attack`` is HTML that sets ``window.acted``; it is tried on a page of its own
        too, where it must act.
        """
        acted = "window.acted === true"
        self.page.set_content(attack)
        self.page.wait_for_function(acted)
        formgrader = self.url("/user/grader/formgrader")
        listing = f"{formgrader}/api/submitted_notebooks/{chapter}/{chapter}"
        submissions = self.page.context.request.get(listing).json()
        number = next(s["id"] for s in submissions if s["student"] == student)
        self.page.goto(f"{formgrader}/submissions/{number}/")
        self.page.wait_for_timeout(1000)
        self.look("hub_submission")
        text = self.page.inner_text("body")
        return {
            "the answer is shown": "what I wrote" in text,
            "the output is shown": "what I displayed" in text,
            "it acts": self.page.evaluate(acted),
        }
