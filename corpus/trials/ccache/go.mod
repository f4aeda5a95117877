module example.com/trials/ccache

go 1.20
require github.com/karlseguin/ccache v2.0.3+incompatible
