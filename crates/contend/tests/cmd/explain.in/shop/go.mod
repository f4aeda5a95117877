module example.com/shop

go 1.21

require example.com/conf v1.0.0

replace example.com/conf => ../conf
