"""The preview is written as a tree, a document, Kubernetes manifests and a diagram."""
