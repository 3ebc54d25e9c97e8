"""A justice data lab: does this programme cut reoffending?"""
