"""The whole attack suite: ten thousand small releases and two hundred full ones."""
