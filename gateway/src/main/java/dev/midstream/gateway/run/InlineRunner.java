package dev.midstream.gateway.run;

import dev.midstream.gateway.command.Inline;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.event.EventFile;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Reading;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.PortLoop;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.security.SecureRandom;

/** Runs one engine behind one port, on the calling thread. */
public final class InlineRunner implements Inline {
  private final PrintWriter log;

  /** A runner that tells {@code log} what becomes of the interfaces. */
  public InlineRunner(PrintWriter log) {
    this.log = log;
  }

  @Override
  public void run(Configuration configuration, Runnable ready) throws InputException, IOException {
    try (EventFile events = EventFile.open(configuration.eventsFile());
        Port port = Ports.open(configuration.port(), this::tell)) {
      SecureRandom random = new SecureRandom();
      Engine engine =
          new Engine(
              configuration.engine(Reading.EDITED),
              new HashSeed(random.nextLong(), random.nextLong()),
              PooledByteBufAllocator.DEFAULT,
              events);
      InlineBox box = new InlineBox(engine, events);
      PortLoop loop = new PortLoop(port, box);
      Termination.on(loop::stop);
      ready.run();
      loop.run();
      port.tick(box.ending(), box.nowNanos());
    } catch (PortException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void tell(String line) {
    log.println("midstream: " + line);
    log.flush();
  }
}
