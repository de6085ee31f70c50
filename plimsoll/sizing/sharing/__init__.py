"""An accelerator may have several tenants: what a share of it is, what it carries, and what lies on which."""
