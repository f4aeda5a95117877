// Threads change one HashMap without a lock. Keys collide on purpose, so that its bins become trees;
// two changes at once can make a circle of a tree, and the next thread that walks it never ends.
import java.util.HashMap;

public class HashMapLoop {
    static final class Key implements Comparable<Key> {
        final int id;

        Key(int id) {
            this.id = id;
        }

        @Override
        public int hashCode() {
            return id % 3;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key && ((Key) other).id == id;
        }

        @Override
        public int compareTo(Key other) {
            return Integer.compare(id, other.id);
        }
    }

    static final HashMap<Key, Integer> prices = new HashMap<>();

    static void change(int first) {
        for (int n = first; ; n += 7) {
            try {
                Key key = new Key(n % 200);
                if (n % 3 == 0) {
                    prices.remove(key);
                } else {
                    prices.put(key, n);
                }
            } catch (RuntimeException damaged) {
                // A damaged map also throws; the loop goes on.
            }
        }
    }

    public static void main(String[] args) {
        for (int i = 0; i < 4; i++) {
            int first = i;
            new Thread(() -> change(first), "feed-" + i).start();
        }
    }
}
