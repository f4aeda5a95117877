module example.com/trials/eventbus

go 1.18

require github.com/asaskevich/EventBus v0.0.0-20180315140547-d46933a94f05
