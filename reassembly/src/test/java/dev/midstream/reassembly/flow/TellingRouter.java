package dev.midstream.reassembly.flow;

import dev.midstream.reassembly.script.SoleRouter;
import org.jspecify.annotations.Nullable;

/** Tells another table what is expected. */
class TellingRouter extends SoleRouter {
  private final ExpectationTable other;

  TellingRouter(ExpectationTable other) {
    this.other = other;
  }

  @Override
  public boolean expect(ExpectedConnection expected) {
    other.add(expected, 0);
    return true;
  }

  @Override
  public void opened(ExpectedConnection expected, @Nullable ConnectionKey ends) {
    other.noteOpened(expected, ends);
  }

  @Override
  public void recorded(ExpectedConnection expected, ConnectionKey ends) {
    other.noteRecorded(expected, ends, 0);
  }

  @Override
  public void withdraw(ExpectedConnection expected) {
    other.remove(expected);
  }
}
