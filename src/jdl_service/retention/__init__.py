"""How long each class of data is kept, and the certificate when it is destroyed."""
