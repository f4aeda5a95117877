// A plugin adds its hook while the service already logs. logrus 1.0.0 reads the hooks unguarded.
package main

import (
	"io/ioutil"

	"github.com/sirupsen/logrus"
)

type metrics struct{}

func (metrics) Levels() []logrus.Level         { return logrus.AllLevels }
func (metrics) Fire(entry *logrus.Entry) error { return nil }

func loadPlugins() {
	for {
		logrus.AddHook(metrics{})
		logrus.StandardLogger().Hooks = make(logrus.LevelHooks)
	}
}

func work() {
	for {
		logrus.WithField("job", 7).Info("done")
	}
}

func main() {
	logrus.SetOutput(ioutil.Discard)
	go loadPlugins()
	for i := 0; i < 3; i++ {
		go work()
	}
	select {}
}
