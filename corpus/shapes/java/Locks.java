import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Two threads that wait for each other's locks, one behind a lock of java.util.concurrent, one that spins. */
public class Locks {
    static final Object first = new Object();
    static final Object second = new Object();
    static final ReentrantLock third = new ReentrantLock();
    static volatile long turns;

    static void hold(Object outer, Object inner) {
        synchronized (outer) {
            pause(300);
            synchronized (inner) {
                turns++;
            }
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new RuntimeException(e);
        }
    }

    static void walk() {
        Map<Integer, Integer> map = new HashMap<>();
        map.put(1, 1);
        map.put(2, 2);
        for (Integer key : map.keySet()) {
            map.remove(key);
        }
    }

    public static void main(String[] args) {
        if (args[0].equals("walk")) {
            walk();
            return;
        }
        new Thread(() -> hold(first, second), "worker \"one\"").start();
        new Thread(() -> hold(second, first), "worker two").start();
        new Thread(() -> { third.lock(); pause(60_000); }, "owner").start();
        pause(500);
        new Thread(() -> third.lock(), "behind owner").start();
        new Thread(() -> { while (true) { turns++; } }, "spins").start();
        pause(60_000);
    }
}
