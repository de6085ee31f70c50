"""Work that ends becomes jobs, the pools that they wait for, and the queue that admits them."""
