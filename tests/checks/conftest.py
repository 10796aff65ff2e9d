"""The folder beside these tests holds answers as students write them, no modules."""

collect_ignore_glob = ["more_answers/*"]
