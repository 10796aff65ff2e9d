"""What every explorer must do: show another picture when a control is moved."""


def moved(control):
    """Put a control where it was not: at its last option, over, or to the half."""
    if hasattr(control, "options"):
        control.index = len(control.options) - 1
    elif isinstance(control.value, bool):
        control.value = not control.value
    else:
        control.value = control.value * 0.5


def assert_every_control_redraws(explorer):
    assert explorer.controls
    for control in explorer.controls.values():
        before = explorer.children[-2].value
        moved(control)
        after = explorer.children[-2].value
        assert after != before
        assert "<img alt=" in after
