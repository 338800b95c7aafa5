"""Proper names and words made of them that keep their capital in the middle of a title.

The one law: only words that are never anything else. (`Reading`, `Polish` or `China` as a place
and a thing are left out.)
"""

from __future__ import annotations

_PEOPLE = """
Abelian Bayes Bayesian Bernoulli Bessel Boltzmann Boolean Brownian Cartesian Cauchy Cholesky Chomsky
Dirichlet Einstein Erdős Euclid Euclidean Euler Eulerian Fisher Fourier Galois Gauss Gaussian Gibbs
Gödel Grassmann Hamiltonian Hamming Hausdorff Hebbian Hermite Hermitian Hilbert Huffman Jacobi
Jacobian Kalman Knuth Kolmogorov Krylov Kullback Lagrange Lagrangian Langevin Laplace Laplacian
Lebesgue Leibler Levenshtein Lipschitz Lorentz Lyapunov Markov Markovian Mahalanobis Minkowski
Nash Nesterov Newton Newtonian Noether Pareto Pearson Poincaré Poisson Riemann Riemannian Rademacher
Schrödinger Shannon Shapley Sobolev Stein Turing Viterbi Voronoi Wasserstein Wiener Wilcoxon Zipf
Alzheimer Alzheimer's Parkinson Parkinson's Darwin Darwinian Freud Marx Marxist Kant Kantian Keynes
Keynesian Shakespeare Confucian Confucius Bourdieu Foucault Vygotsky Piaget Likert Bloom's Moore's
"""
_PLACES = """
Africa African America American Americas Antarctica Arab Arabic Argentina Asia Asian Australia
Australian Austria Austrian Basque Beijing Belgium Berlin Brazil Brazilian Britain British Bulgaria
Cambodia Cambridge Canada Canadian Cantonese Catalan Chile Chinese Colombia Croatian Czech Danish
Denmark Dutch Egypt Egyptian England English Estonian Ethiopia Europe European Finland Finnish
France French German Germany Ghana Greece Greek Gyeonggi Hangeul Hangul Hanja Harvard Hebrew Hindi
Hokkaido Hungarian Iceland Icelandic India Indian Indonesia Indonesian Iran Iranian Iraq Ireland
Irish Israel Israeli Italian Italy Japan Japanese Java Jeju Jewish Joseon Kenya Korea Korean Koreans
Kyoto Latin Latvian Lithuanian London Malay Malaysia Mandarin Mexico Mexican Mongolian Moscow
Netherlands Nigeria Nigerian Norway Norwegian Oxford Pakistan Paris Persian Peru Philippines Poland
Portugal Portuguese Princeton Russia Russian Sanskrit Scotland Scottish Seoul Silla Singapore Slavic
Slovak Slovenian Spain Spanish Stanford Swahili Sweden Swedish Swiss Switzerland Taiwan Taiwanese
Tamil Thai Thailand Tibet Tibetan Tokyo Turkish Uganda Ukraine Ukrainian Urdu Vietnam Vietnamese
Wales Welsh Zurich
"""
_OTHER = """
Amazon Bluetooth Christian Christianity Buddhism Buddhist Facebook Firefox Fortran Google
Gutenberg Haskell Hindu Islam Islamic Jupyter Kaggle Kubernetes Linux Medicare Muslim Naver
Kakao Pascal Prolog Protestant Reddit Twitter Unicode Unix Wikidata Wikipedia
"""

NAMES = frozenset(f"{_PEOPLE} {_PLACES} {_OTHER}".split())
