"""Decisions: plain functions of facts, policy, plan and *now*. No input or output, no clock, no environment."""
