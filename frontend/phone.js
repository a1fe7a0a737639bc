// What a client's pages and the pages without a network load, after they can be read.
