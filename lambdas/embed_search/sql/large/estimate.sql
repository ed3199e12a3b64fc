-- How many products are in scope, as the planner's statistics have it: nothing is read, and it takes 1 ms.
EXPLAIN (FORMAT JSON) SELECT FROM product WHERE {scope}
