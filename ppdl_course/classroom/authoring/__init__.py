"""For authors: a chapter's text becomes both editions, README and course map."""
