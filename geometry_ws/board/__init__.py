"""An OpenSpec project as cards: model, layout, pictures. Pure."""
