"""What a draft can show, one motif a module; each draws on a Canvas with a Palette."""
