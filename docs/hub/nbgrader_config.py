"""nbgrader on a hub (docs/hub.md), for everybody: /etc/jupyter/nbgrader_config.py.

The course's own settings, in the course account's folder, are read after these.
"""

import getpass

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "ppdl"
c.Exchange.root = "/srv/nbgrader/exchange"
# What students put into the exchange is theirs to forge: nbgrader would only warn.
c.ExchangeFactory.collect = "ppdl_course.classroom.term.exchange.CheckedCollect"

if getpass.getuser() == "grader":
    c.CourseDirectory.root = "/home/grader/course"
