"""Controls that call figures; no mathematics lives here."""
