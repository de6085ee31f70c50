"""An import writes the spec of what runs already: from its manifests or state, and from its requests."""
