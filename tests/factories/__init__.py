"""One factory a model, dull defaults. Each app has its own module here."""
