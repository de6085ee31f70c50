"""A `config.json` of Hugging Face is turned into an architecture, whatever its family calls things."""
