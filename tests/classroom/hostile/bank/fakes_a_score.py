# %% says="writes a verdict of its own|shows JavaScript"
"""Prints a score, and would change the page on which somebody reads it."""

# %% above="bob_question" shows="Score: 14.0 / 14.0"
from IPython.display import HTML, Javascript, Markdown, display

print("✔ bob_question: passed")
print("Score: 14.0 / 14.0")
display(HTML("<h2>14 of 14 points</h2><script>alert('__MARK__')</script>"))
display(
    HTML("<img src=x onerror=\"alert('__MARK__')\"><iframe src='http://x'></iframe>")
)
display(Javascript("alert('__MARK__')"))
display(Markdown("<script>alert('__MARK__')</script>"))
display({"image/svg+xml": "<svg><script>alert('__MARK__')</script></svg>"}, raw=True)


# %% answer="find_i" earns=0
def find_i(public, m, w):
    print("✔ find_i: passed")
    return 14.0
