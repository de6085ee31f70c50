"""A multimodal checkpoint sees and hears: towers, projectors and adapters are weighed here."""
