"""For instructors, through a term: hand out, collect, grade with nbgrader."""
