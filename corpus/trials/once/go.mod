module example.com/trials/once

go 1.18
