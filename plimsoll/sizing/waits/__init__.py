"""Waits in closed form: prompts that wait for others' to be read, requests for a slot, tasks for a worker."""
