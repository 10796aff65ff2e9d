"""What a person does with a notebook in JupyterLab, as functions of the page."""

from functools import partial

NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)"
# JupyterLab shows an error and what is written to the error stream alike:
ERRORS = f'{NOTEBOOK} [data-mime-type="application/vnd.jupyter.stderr"]'
WIDGET = f"{NOTEBOOK} .jp-OutputArea .widget-vbox:has(.noUi-handle)"
STATE = """(control) => control.getAttribute('aria-valuetext')
    ?? (control.type === 'checkbox' ? control.checked : control.value)"""
EXPLORER = f"{NOTEBOOK} .jp-OutputArea .widget-vbox:has([data-redraw-ms])"
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


def shut_down(page):
    """End the kernel of the notebook in front from the menu."""
    page.click('.lm-MenuBar-item:has-text("Kernel")')
    page.click('.lm-Menu-item[data-command="kernelmenu:shutdown"]')
    page.wait_for_selector('#jp-bottom-panel :text("No Kernel")')


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


def move_every_control(page, widget):
    """Move each slider to both ends; choose, type and tick all there is.

    Returns:
        The processor time of each redraw, in milliseconds.

    Raises:
        AssertionError: If a setting gives neither a drawing nor a message in its place.
    """
    times = []

    def after(move, control):
        drawing = widget.locator("[data-redraw-ms]")
        before = drawing.get_attribute("data-redraw")
        state = control.evaluate(STATE)
        move()
        if control.evaluate(STATE) == state:  # it stood there already
            return
        page.wait_for_function(
            "([box, old]) => box.querySelector('[data-redraw]').dataset.redraw != old",
            arg=[widget.element_handle(), before],
        )
        assert drawing.locator("img").count() or drawing.inner_text().strip()
        times.append(float(drawing.get_attribute("data-redraw-ms")))

    handles = widget.locator(".noUi-handle")
    for number in range(handles.count()):
        handle = handles.nth(number)
        handle.scroll_into_view_if_needed()
        for key in ("Home", "End", "PageDown", "ArrowLeft"):
            handle.focus()
            after(partial(page.keyboard.press, key), handle)
    lists = widget.locator("select")
    for number in range(lists.count()):
        chosen = lists.nth(number)
        for option in chosen.locator("option").all_inner_texts():
            after(partial(chosen.select_option, label=option), chosen)
    texts = widget.locator("input[type=text], textarea")
    for number in range(texts.count()):
        typed = texts.nth(number)
        for text in ("被告人王明", "Anna, 34", ""):
            after(partial(typed.fill, text), typed)
    boxes = widget.locator("input[type=checkbox]")
    for number in range(boxes.count()):
        box = boxes.nth(number)
        for ticked in (not box.is_checked(), box.is_checked()):
            after(partial(box.set_checked, ticked), box)
    return times
