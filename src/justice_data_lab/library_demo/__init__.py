"""A sample library: invented programmes of every kind of help with known true effects, analysed and released like real ones."""
