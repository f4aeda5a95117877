module example.com/shop

go 1.22

require example.com/kv v1.2.0

replace example.com/tool => ./tool

require example.com/tool v0.0.0

exclude example.com/kv v1.1.0
