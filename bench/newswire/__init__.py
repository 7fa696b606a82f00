"""An invented press for measurements: articles, copies of them, and pages filled in by rote."""
