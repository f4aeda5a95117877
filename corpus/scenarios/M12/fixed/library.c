#include <pthread.h>

extern void onEvent(int kind);

static void *deliver(void *unused) {
	for (int i = 0; i < 20000; i++) {
		onEvent(i % 100);
	}
	return NULL;
}

void run(int threads) {
	pthread_t ids[16];
	for (int i = 0; i < threads; i++) {
		pthread_create(&ids[i], NULL, deliver, NULL);
	}
	for (int i = 0; i < threads; i++) {
		pthread_join(ids[i], NULL);
	}
}
