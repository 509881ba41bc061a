/// English words too common to tell documents apart, folded, without apostrophes ("don't" is `dont`).
enum StopWords {
    static func contains(_ word: String) -> Bool { words.contains(word) }

    private static let words: Set<String> = Set(
        """
        a about above after again against all also although always am among an and another any anybody anyone
        anything are aren arent around as at away be because been before began being below between both but by
        can cannot cant could couldn couldnt did didn didnt do does doesn doesnt doing don done dont down
        during each either else ever every everybody everyone everything few for from further get gets getting
        got had hadn hadnt has hasn hasnt have haven havent having he hed her here hers herself hes him
        himself his how i if im in into is isn isnt it its itself ive just let lets many me might mightn
        mightnt more most much must mustn mustnt my myself neither no nobody none nor not nothing of off often
        on once one only onto or other others ought our ours ourselves out over rather s same shall shan shant
        she shes should shouldn shouldnt since so some somebody someone something still such t than that thats
        the their theirs them themselves then there theres these they theyre theyve this those though through
        to too toward towards under until up upon us very was wasn wasnt we were weren werent weve what
        whatever whats when whenever where wheres whether which while who whoever whom whos whose why will
        with within without won wont would wouldn wouldnt yet you your youre yours yourself yourselves youve
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
