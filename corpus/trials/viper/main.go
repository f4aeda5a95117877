// A service reloads a setting while requests read others. viper 1.4.0 keeps them in plain maps.
package main

import (
	"fmt"

	"github.com/spf13/viper"
)

func reload() {
	for n := 0; ; n++ {
		viper.Set("limits.requests", n)
	}
}

func handle() {
	for {
		if viper.GetInt("limits.requests") < 0 {
			fmt.Println("negative limit")
		}
	}
}

func main() {
	viper.SetDefault("limits.requests", 1)
	go reload()
	for i := 0; i < 3; i++ {
		go handle()
	}
	select {}
}
