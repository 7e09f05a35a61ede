"""Reports: facts, plan and run in, text or bytes out; one file per format."""
