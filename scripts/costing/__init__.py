"""What a deploy costs: by the resources of its templates, and a table of prices."""
