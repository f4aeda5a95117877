module example.com/trials/gcache

go 1.18

require github.com/bluele/gcache v0.0.0-20190518031135-bc40bd653833
