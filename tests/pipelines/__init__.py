"""What runs flowstate for others: the action, the workflows of the team's template, the hook, the container."""
