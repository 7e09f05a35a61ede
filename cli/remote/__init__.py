"""Commands that speak to an app that is served elsewhere, over its HTTP API.

The same verbs as on the app in this process: `verbs.py` says of each what it calls, or why it stays on this machine.
"""
