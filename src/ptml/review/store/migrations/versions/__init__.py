"""Steps from one version to the next; a step that was released is never changed."""
