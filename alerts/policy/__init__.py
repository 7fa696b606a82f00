"""When a message goes, waits, joins another or is not told."""
