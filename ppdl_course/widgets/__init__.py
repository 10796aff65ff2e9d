"""Controls that call figures; no mathematics lives here.

``explorer`` is the base of every widget, ``player`` the protocol player; then one file
per chapter topic, under the topic's word.
"""
