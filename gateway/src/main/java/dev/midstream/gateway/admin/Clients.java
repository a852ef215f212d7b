package dev.midstream.gateway.admin;

import java.io.IOException;
import java.net.Socket;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The connected clients, a limited number in each phase. One more disconnects the client that has
 * been in its phase longest: clients that only wait keep no others out. Thread-safe.
 */
final class Clients {
  private static final long ASKING_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long READING_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final int max;

  /** Clients whose request is not complete, the one that came first first, with their deadlines. */
  private final Map<Socket, Long> asking = new LinkedHashMap<>();

  /** Clients that wait for their answer or read it, likewise. */
  private final Map<Socket, Long> reading = new LinkedHashMap<>();

  private boolean closed;

  /** Limits the clients in each phase to {@code max}. */
  Clients(int max) {
    this.max = max;
  }

  /** A client that has connected. */
  synchronized void asks(Socket client, long nowNanos) {
    add(client, asking, nowNanos + ASKING_NANOS);
  }

  /** A client whose request is complete. */
  synchronized void reads(Socket client, long nowNanos) {
    if (asking.remove(client) != null) {
      add(client, reading, nowNanos + READING_NANOS);
    }
  }

  /** Forgets a client that is disconnected. */
  synchronized void leave(Socket client) {
    asking.remove(client);
    reading.remove(client);
  }

  /** Disconnects the clients whose time is over. */
  synchronized void closeOverdue(long nowNanos) {
    closeOverdue(asking, nowNanos);
    closeOverdue(reading, nowNanos);
  }

  /** Disconnects all clients, and those that come later. */
  synchronized void closeAll() {
    closed = true;
    asking.keySet().forEach(Clients::close);
    reading.keySet().forEach(Clients::close);
  }

  private void add(Socket client, Map<Socket, Long> phase, long deadlineNanos) {
    if (closed) {
      close(client);
      return;
    }
    if (phase.size() == max) {
      Socket first = phase.keySet().iterator().next();
      phase.remove(first);
      close(first);
    }
    phase.put(client, deadlineNanos);
  }

  private static void closeOverdue(Map<Socket, Long> phase, long nowNanos) {
    Iterator<Map.Entry<Socket, Long>> all = phase.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Socket, Long> next = all.next();
      if (next.getValue() - nowNanos > 0) {
        return;
      }
      all.remove();
      close(next.getKey());
    }
  }

  private static void close(Socket client) {
    try {
      client.close();
    } catch (IOException _) {
      // It is disconnected either way.
    }
  }
}
