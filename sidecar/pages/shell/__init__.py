"""What all pages share: the frame around them, their looks, their letters and icons, and how they are sent."""
