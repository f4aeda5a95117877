package kv

import _ "strings"
