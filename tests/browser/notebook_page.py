"""What a person does with a notebook in JupyterLab, as functions of the page."""

NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)"
# JupyterLab shows an error and what is written to the error stream alike:
ERRORS = f'{NOTEBOOK} [data-mime-type="application/vnd.jupyter.stderr"]'
WIDGET = f"{NOTEBOOK} .jp-OutputArea .widget-vbox:has(.noUi-handle)"
READY = '#jp-bottom-panel :text("Python 3 (ipykernel) | Idle")'
# a cell's prompt reads [ ]: before it has run, [*]: while it waits or runs, then [7]:
PROMPT = f"{NOTEBOOK} .jp-CodeCell .jp-InputPrompt"
HAS_ENDED = """(prompts) => [...document.querySelectorAll(prompts)].every(
    (prompt) => /[0-9]/.test(prompt.textContent))"""
# resolves to the milliseconds from the key press to the new picture
WATCH = """(image) => {
    const box = image.closest('.widget-vbox'), old = image.src
    let start
    document.addEventListener(
        'keydown', () => { start = performance.now() }, {capture: true, once: true})
    window.pictureChanged = new Promise((resolve) => {
        const watch = new MutationObserver(() => {
            const now = box.querySelector('img')
            if (now && now.src !== old) {
                watch.disconnect()
                resolve(performance.now() - start)
            }
        })
        watch.observe(box, {childList: true, subtree: true, attributes: true})
    })
}"""


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
        ``(before, after, milliseconds)``: pictures as ``(src, alt)``, and the time
        from the key press until the browser has the new picture.
    """
    image = widget.locator("img").first
    image.scroll_into_view_if_needed()
    before = image.get_attribute("src"), image.get_attribute("alt")
    widget.locator(".noUi-handle").first.focus()
    image.evaluate(WATCH)
    page.keyboard.press(key)
    milliseconds = page.evaluate("window.pictureChanged")
    image = widget.locator("img").first
    after = image.get_attribute("src"), image.get_attribute("alt")
    return before, after, milliseconds
