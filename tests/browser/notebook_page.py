"""What a person does with a notebook in JupyterLab, as functions of the page."""

NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)"
# JupyterLab shows an error and what is written to the error stream alike:
ERRORS = f'{NOTEBOOK} [data-mime-type="application/vnd.jupyter.stderr"]'
WIDGET = f"{NOTEBOOK} .jp-OutputArea .widget-vbox:has(.noUi-handle)"
UNSAVED = ".lm-TabBar-tab.lm-mod-current.jp-mod-dirty"
READY = '#jp-bottom-panel :text("Python 3 (ipykernel) | Idle")'
# a cell's prompt reads [ ]: before it has run, [*]: while it waits or runs, then [7]:
PROMPT = f"{NOTEBOOK} .jp-CodeCell .jp-InputPrompt"
HAS_ENDED = """(prompts) => [...document.querySelectorAll(prompts)].every(
    (prompt) => /[0-9]/.test(prompt.textContent))"""


def save(page):
    """Save the notebook in front from the menu and wait until it is saved."""
    page.click('.lm-MenuBar-item:has-text("File")')
    page.click('.lm-Menu-item[data-command="docmanager:save"]')
    page.wait_for_selector(UNSAVED, state="detached")


def run_all(page):
    """Run all cells from the menu and wait until the last has ended."""
    page.wait_for_selector(f"{NOTEBOOK} .jp-CodeCell")
    page.wait_for_selector(READY)  # before, JupyterLab would ask which kernel to use
    page.click('.lm-MenuBar-item:has-text("Run")')
    page.click('.lm-Menu-item[data-command="runmenu:run-all"]')
    page.wait_for_function(HAS_ENDED, arg=PROMPT, timeout=180_000)


def error_messages(page):
    """Return every error, and all error-stream text, of the notebook in front."""
    return [e.inner_text().strip() for e in page.query_selector_all(ERRORS)]


def move_slider(page, widget, key="ArrowRight"):
    """Press a key on the widget's first slider; wait for another picture.

    Returns:
        ``(before, after, milliseconds)``: pictures as ``(src, alt)``, and the
        processor time of the redraw in the kernel.
    """
    image = widget.locator("img").first
    image.scroll_into_view_if_needed()
    before = image.get_attribute("src"), image.get_attribute("alt")
    widget.locator(".noUi-handle").first.focus()
    page.keyboard.press(key)
    page.wait_for_function(
        "([box, old]) => ![null, old].includes(box.querySelector('img')?.src ?? null)",
        arg=[widget.element_handle(), before[0]],
    )
    image = widget.locator("img").first
    after = image.get_attribute("src"), image.get_attribute("alt")
    drawn = widget.locator("[data-redraw-ms]").get_attribute("data-redraw-ms")
    return before, after, float(drawn)
